/** Bits of the code of each byte, and of the end mark. @see RFC 7541 appendix B */
const LENGTHS = [
  [13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28],
  [28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28],
  [6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6],
  [5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10],
  [13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7],
  [7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6],
  [15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5],
  [6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28],
  [20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23],
  [24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24],
  [22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23],
  [21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23],
  [26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25],
  [19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27],
  [20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23],
  [26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26],
  [30],
].flat();

const END_MARK = 256;
const LONGEST = 30;

/** The code of a byte. */
interface HuffmanCode {
  readonly code: number;
  readonly bits: number;
}

/** Codes in order: the code is canonical, so lengths alone say all of it. */
const CODES: readonly HuffmanCode[] = makeCodes();

function makeCodes(): HuffmanCode[] {
  const codes: HuffmanCode[] = [];
  let next = 0;
  for (let bits = 1; bits <= LONGEST; bits++) {
    next *= 2;
    LENGTHS.forEach((length, symbol) => {
      if (length === bits) codes[symbol] = { code: next++, bits };
    });
  }
  return codes;
}

// The tree walked four bits at a time. A state is an inner node; for each state and nibble: the next state, and
// perhaps a byte that ends within the nibble (no code is shorter than five bits).
const NEXT: Int16Array = new Int16Array(END_MARK * 16);
const BYTE: Int16Array = new Int16Array(END_MARK * 16).fill(-1);
/** For each state: whether text may end there, with fewer than eight bits left that are all ones. */
const MAY_END: Uint8Array = new Uint8Array(END_MARK);
const WRONG = -1;

makeSteps();

function makeSteps(): void {
  // A child is an inner node (its number) or a leaf (below zero).
  const zeros: number[] = [0];
  const ones: number[] = [0];
  CODES.forEach(({ code, bits }, symbol) => {
    let node = 0;
    for (let bit = bits - 1; bit >= 0; bit--) {
      const side = (code >>> bit) & 1 ? ones : zeros;
      if (bit === 0) side[node] = -1 - symbol;
      else if (!side[node]) {
        side[node] = zeros.push(0) - 1;
        ones.push(0);
      }
      node = side[node]!;
    }
  });
  for (let state = 0; state < zeros.length; state++) {
    for (let nibble = 0; nibble < 16; nibble++) fillStep(zeros, ones, state, nibble);
  }
  let node = 0;
  for (let depth = 0; depth < 8; depth++) {
    MAY_END[node] = 1;
    node = ones[node]!;
  }
}

function fillStep(zeros: number[], ones: number[], state: number, nibble: number): void {
  let node = state;
  const step = state * 16 + nibble;
  for (let bit = 3; bit >= 0; bit--) {
    const child = ((nibble >>> bit) & 1 ? ones : zeros)[node]!;
    if (child === -1 - END_MARK) {
      NEXT[step] = WRONG;
      return;
    }
    if (child < 0) BYTE[step] = -1 - child;
    node = child < 0 ? 0 : child;
  }
  NEXT[step] = node;
}

/**
 * Decodes the bytes from `from` up to `to` into `out`, which has room for 8/5 of them.
 *
 * @returns how many bytes there are, or -1 where they are no such code
 */
export function decodeHuffman(
  bytes: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
): number {
  let state = 0;
  let count = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    for (let shift = 4; shift >= 0; shift -= 4) {
      const step = state * 16 + ((byte >>> shift) & 15);
      state = NEXT[step]!;
      if (state === WRONG) return -1;
      if (BYTE[step]! >= 0) out[count++] = BYTE[step]!;
    }
  }
  return MAY_END[state] === 1 ? count : -1;
}
