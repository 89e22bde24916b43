/** Draws a small rising line: the page asks for no file, not even this one. */
const ICON = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d5fc4"/>' +
    '<path d="M2 11h3l2-6 3 8 2-5h2" fill="none" stroke="#fff" stroke-width="1.6"/></svg>',
);

const plot = (id: string) =>
  `<div class="plot"><svg id="${id}" role="img" preserveAspectRatio="none" viewBox="0 0 119 100"></svg>` +
  `<span class="top" id="${id}-top" aria-hidden="true"></span></div>`;

const BODY = `
<header>
<div class="title"><h1><span class="unseen">Status of </span><span id="folder">ancm-host</span></h1><p id="app-dir"></p></div>
<p id="connection" role="status">Connecting …</p>
<div id="commands" hidden>
<button id="recycle" type="button" disabled>Recycle</button>
<button id="stop" type="button" class="danger" disabled>Stop …</button>
</div>
</header>
<p id="told" role="status"></p>
<noscript><p class="card">This page needs its script. Without one: <code>ancm-host status</code></p></noscript>

<form id="token-form" class="card" hidden>
<h2><label for="token">Token</label></h2>
<p>This host asks for the token of its <code>--admin-token-file</code>. It is kept until this tab is closed.</p>
<p class="bad" id="token-wrong" role="alert"></p>
<div class="controls"><input id="token" type="password" autocomplete="current-password" required spellcheck="false"><button>Show status</button></div>
</form>

<main id="main" hidden>
<section class="card" aria-labelledby="state-name">
<h2 id="state-name">Backend</h2>
<div class="state"><span class="pill" id="state" role="status"></span><span id="reason"></span></div>
<p class="bad" id="last-failure" hidden></p>
<dl class="facts">
<div><dt>Generation</dt><dd id="generation"></dd></div>
<div><dt>Host is up for</dt><dd id="uptime"></dd></div>
<div><dt>Starts</dt><dd id="starts"></dd></div>
<div><dt>Crashes</dt><dd id="crashes"></dd></div>
<div><dt>Recycles</dt><dd id="recycles"></dd></div>
</dl>
</section>

<section class="plots" aria-label="The last two minutes">
<div class="card"><h2>Requests a second</h2><p class="numbers"><b id="requests-now"></b><span class="faint" id="requests-total"></span></p>${
  plot("requests-plot")
}</div>
<div class="card"><h2>Duration</h2><p class="numbers"><span><b class="key" id="median-now"></b> <span class="faint">median</span></span> <span><b class="key violet" id="slow-now"></b> <span class="faint">slowest 5%</span></span></p>${
  plot("latency-plot")
}</div>
<div class="card"><h2>Failed a second</h2><p class="numbers"><b id="failed-now"></b><span class="faint" id="failed-total"></span></p>${
  plot("failed-plot")
}</div>
<div class="card"><h2>In flight</h2><p class="numbers"><b id="in-flight-now"></b></p>${
  plot("in-flight-plot")
}</div>
</section>

<section class="card" aria-labelledby="processes-name">
<h2 id="processes-name">Processes</h2>
<p class="faint" id="no-processes">None runs: the next request starts one</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="processes-name">
<table>
<thead><tr><th scope="col">State</th><th scope="col">Generation</th><th scope="col">Process</th><th scope="col">Port</th><th scope="col">Up for</th><th scope="col">Since</th></tr></thead>
<tbody id="processes"></tbody>
</table>
</div>
</section>

<div class="columns">
<section class="card" aria-labelledby="failures-name">
<h2 id="failures-name">Last failures</h2>
<p class="faint" id="no-failures">None since the host started</p>
<ul id="failures" tabindex="0" aria-labelledby="failures-name"></ul>
</section>
<section class="card" aria-labelledby="output-name">
<h2 id="output-name">Output of the backend</h2>
<p class="faint" id="no-output">It has written nothing yet</p>
<div class="log" id="output" role="log" aria-live="off" tabindex="0" aria-labelledby="output-name" hidden></div>
</section>
</div>

<section class="card" aria-labelledby="configuration-name">
<h2 id="configuration-name">Configuration in use</h2>
<p class="faint">Read from <span id="files"></span></p>
<div class="controls">
<label for="filter">Find <input id="filter" type="search" autocomplete="off" spellcheck="false"></label>
<label><input id="built-in" type="checkbox"> built-in values, too</label>
</div>
<p class="faint" id="no-configuration"></p>
<div id="configuration"></div>
</section>
<footer class="faint"><p id="version"></p><p id="urls"></p></footer>
</main>

<dialog id="stop-dialog" aria-labelledby="stop-name">
<h2 id="stop-name">Stop the host?</h2>
<p>Requests in flight may end, then the backend and the host stop. Only whoever started the host can start it again.</p>
<div class="choice"><button id="stop-no" type="button" autofocus>Keep it running</button><button id="stop-yes" type="button" class="danger sure">Stop the host</button></div>
</dialog>
`;

/** Writes the page around its style sheet and its script. */
export function markup(style: string, script: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ancm-host</title>
<link rel="icon" href="${ICON}">
<style>${style}</style>
</head>
<body>${BODY}<script>${script}</script>
</body>
</html>
`;
}
