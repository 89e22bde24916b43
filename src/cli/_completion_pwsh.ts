import { allOptions, type CompletedCommand, SHELLS } from "./_completion_words.ts";

/** Writes what completes the command line in PowerShell; files and folders it completes by itself. */
export function pwshCompletion(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({ name, doc }) => `  '${name}' = '${doc}'\n`).join("");
  const taken = commands.map(({ name, options }) =>
    `  '${name}' = @(${options.map((option) => `'--${option.name}'`).join(", ")})\n`
  ).join("");
  const documented = allOptions(commands).map(({ name, doc }) => `  '--${name}' = '${doc}'\n`)
    .join("");
  return `# Completion of ancm-host for PowerShell: ancm-host completions pwsh | Out-String | Invoke-Expression
$AncmHostCommands = [ordered]@{
${described}}
$AncmHostOptions = @{
${taken}}
$AncmHostDocs = @{
${documented}}
$AncmHostValues = @{
${valueLines(commands)}}
$AncmHostTexts = @(${textOptions(commands)})

Register-ArgumentCompleter -Native -CommandName ancm-host -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
    ForEach-Object { $_.ToString() })
  $last = if ($words.Count -gt 1) { $words[-1] } else { '' }
  $command = if ($words.Count -gt 1 -and $AncmHostCommands.Contains($words[1])) { $words[1] } else { 'run' }
  if ($AncmHostValues.ContainsKey($last)) { $found = $AncmHostValues[$last] }
  elseif ($AncmHostTexts -contains $last) { $found = @() }
  elseif ($wordToComplete -like '-*') { $found = $AncmHostOptions[$command] }
  elseif ($words.Count -le 1) { $found = @($AncmHostCommands.Keys) }
  elseif ($last -eq 'completions') { $found = @('${SHELLS.join("', '")}') }
  else { $found = @() }
  $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    $doc = if ($AncmHostDocs.ContainsKey($_)) { $AncmHostDocs[$_] }
      elseif ($AncmHostCommands.Contains($_)) { $AncmHostCommands[$_] } else { $_ }
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $doc)
  }
}`;
}

function valueLines(commands: readonly CompletedCommand[]): string {
  return allOptions(commands).flatMap(({ name, value }) =>
    typeof value === "object" ? [`  '--${name}' = @('${value.join("', '")}')\n`] : []
  ).join("");
}

function textOptions(commands: readonly CompletedCommand[]): string {
  return allOptions(commands).filter(({ value }) => value === "text")
    .map(({ name }) => `'--${name}'`).join(", ");
}
