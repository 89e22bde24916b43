/** The style sheet of the status page: light or dark as the reader's system is, one column where there is no room for two. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: light-dark(#f4f5f7, #14161a); --card: light-dark(#fff, #1d2026); --edge: light-dark(#dcdfe4, #333842);
  --text: light-dark(#1b1f24, #e6e8eb); --faint: light-dark(#5a6270, #9aa3b0);
  --blue: light-dark(#1d5fc4, #6ea8fe); --green: light-dark(#1a7a3c, #5fce86); --red: light-dark(#b3261e, #ff8a80);
  --amber: light-dark(#8a5300, #f5b54a); --violet: light-dark(#7a3fb8, #c39af0);
  --mono: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box }
[hidden] { display: none !important }
body {
  margin: 0 auto; max-width: 80rem; padding: 0 1rem 2rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: 1rem 0 }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1rem; margin: 0 0 .5rem }
p { margin: 0 }
code { white-space: nowrap }
.title { flex: 1 1 16rem; min-width: 0 }
.faint, .title p { color: var(--faint); font-size: .85rem; overflow-wrap: anywhere }
.card { background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; padding: 1rem; margin: 0 0 1rem }
.scroll { overflow-x: auto }
.mono, .log, .target { font-family: var(--mono); font-size: .85rem }
.bad { color: var(--red) }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

button, input { font: inherit; color: inherit }
button {
  padding: .4rem 1rem; border: 1px solid var(--edge); border-radius: .4rem; background: var(--card); cursor: pointer;
}
button:hover:enabled { border-color: currentColor }
button:disabled { opacity: .5; cursor: default }
button.danger { color: var(--red) }
button.danger.sure { background: var(--red); border-color: var(--red); color: var(--card) }
input:not([type=checkbox]) {
  padding: .4rem .6rem; border: 1px solid var(--faint); border-radius: .4rem; background: var(--back);
  min-width: 0; max-width: 100%;
}
input[type=checkbox] { accent-color: var(--blue) }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px }

#connection { font-size: .9rem; color: var(--red) }
#connection[data-connection=live] { color: var(--green) }
#connection[data-connection=live]::before { content: "●\\00a0" }
#told:empty, #token-wrong:empty { display: none }
#told { margin-bottom: 1rem }
.pill {
  display: inline-block; padding: .05rem .7rem; border: 1px solid; border-radius: 1rem; font-size: .9rem;
  font-weight: 600; color: var(--faint);
}
.pill[data-state=ready] { color: var(--green) }
.pill[data-state=starting], .pill[data-state=stopping], .pill[data-state=draining] { color: var(--amber) }
.pill[data-state=failed], .pill[data-state=refused] { color: var(--red) }
.pill[data-state=offline] { color: var(--blue) }
.state { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center }
.state .pill { font-size: 1.1rem; padding: .15rem 1rem }
.facts { display: flex; flex-wrap: wrap; gap: .75rem 2.5rem; margin: 1rem 0 0 }
.facts dt { color: var(--faint); font-size: .85rem }
.facts dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums }
#last-failure { margin-top: .75rem; overflow-wrap: anywhere }

.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 10.5rem), 1fr)); gap: 1rem; margin-bottom: 1rem }
.plots .card { margin: 0; display: flex; flex-direction: column }
.plots h2 { font-size: .9rem; font-weight: 500; color: var(--faint); margin: 0 }
.numbers { display: flex; flex-wrap: wrap; gap: 0 1.25rem; align-items: baseline; font-variant-numeric: tabular-nums }
.numbers b { font-size: 1.5rem; font-weight: 600 }
#commands { display: flex; gap: .75rem }
.numbers b.key { font-size: 1.25rem }
.numbers .faint { white-space: nowrap }
.key::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: .2em; margin-right: .35em; background: var(--blue) }
.key.violet::before { background: var(--violet) }
.plot { position: relative; margin-top: auto; padding-top: .5rem }
.plot svg { display: block; width: 100%; height: 4.5rem; border-bottom: 1px solid var(--edge); border-top: 1px dashed var(--edge) }
.plot .top { position: absolute; left: 0; top: .5rem; font-size: .75rem; color: var(--faint); background: var(--card); padding-right: .2rem }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke }
.area { stroke: none; opacity: .16 }
.blue.line { stroke: var(--blue) } .blue.area { fill: var(--blue) }
.red.line { stroke: var(--red) } .red.area { fill: var(--red) }
.green.line { stroke: var(--green) } .green.area { fill: var(--green) }
.violet.line { stroke: var(--violet) } .violet.area { fill: var(--violet) }

table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: left; font-weight: 600; padding: .5rem 0 }
th { text-align: left; font-weight: 500; color: var(--faint); font-size: .85rem }
th, td { padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--edge); vertical-align: top }
tbody tr:last-child td { border-bottom: 0 }
.scroll td, .scroll th { white-space: nowrap }

.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; margin-bottom: 1rem }
.columns .card { margin: 0; min-width: 0 }
#failures { list-style: none; margin: 0; padding: 0; max-height: 24rem; overflow-y: auto }
#failures li { padding: .6rem 0; border-bottom: 1px solid var(--edge); overflow-wrap: anywhere }
#failures li:first-child { padding-top: 0 }
#failures li:last-child { border-bottom: 0 }
.code { font-weight: 600; color: var(--red); border: 1px solid; border-radius: .3rem; padding: 0 .35rem }
.code.client { color: var(--amber) }
.count { font-size: .85rem; font-weight: 600 }
.advice { color: var(--faint) }
.advice::before { content: "→\\00a0"; color: var(--blue) }
.log { max-height: 24rem; overflow: auto; overscroll-behavior: contain }
.log div { white-space: pre-wrap; overflow-wrap: anywhere; padding: .05rem 0 }
.log .faint { font-size: inherit }
.log .stderr { color: var(--red) }
.log .missed { color: var(--amber) }

.controls { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin-bottom: .5rem }
p + .controls { margin-top: .75rem }
.controls label { display: flex; gap: .5rem; align-items: center }
.configuration { table-layout: fixed; margin-bottom: 1rem }
.configuration td { overflow-wrap: anywhere }
.configuration th:first-child { width: 40% }
.configuration th:last-child { width: 22% }
dialog { border: 1px solid var(--edge); border-radius: .6rem; background: var(--card); color: var(--text); max-width: 28rem }
dialog::backdrop { background: #0008 }
.choice { display: flex; gap: .75rem; justify-content: flex-end; margin-top: 1rem }
#token-form p { margin-bottom: .75rem }
#token { flex: 1 1 14rem }

@media (max-width: 40rem) {
  body { padding: 0 .6rem 1rem }
  #commands { flex: 1 1 100% }
  #commands button { flex: 1 }
  .facts { gap: .5rem 1.5rem }
  .configuration, .configuration tbody, .configuration tr, .configuration td, .configuration caption { display: block; width: 100% }
  .configuration thead { display: none }
  .configuration tr { padding: .4rem 0; border-bottom: 1px solid var(--edge) }
  .configuration td { border: 0; padding: 0 }
}
`;
