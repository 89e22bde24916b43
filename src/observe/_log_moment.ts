/** A moment as log lines write it, made once a second at most. Always UTC. @see IIS section 11.4 */
export class LogMoment {
  /** `2025-01-31` */
  date = "";
  /** `12:34:56` */
  time = "";
  #second = -1;

  /** Takes the time of the line that is about to be written. @param ms since 1970 */
  set(ms: number): void {
    const second = Math.floor(ms / 1_000);
    if (second === this.#second) return;
    this.#second = second;
    const text = new Date(ms).toISOString();
    this.date = text.slice(0, 10);
    this.time = text.slice(11, 19);
  }
}
