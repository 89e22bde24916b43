import { type CompletedCommand, type CompletedOption, SHELLS } from "./_completion_words.ts";

/** Writes what completes the command line in zsh: to be sourced, or to be put into a folder of `fpath`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const described = commands.map(({ name, doc }) => `    '${name}:${doc}'`).join("\n");
  return `#compdef ancm-host
# Completion of ancm-host for zsh: source <(ancm-host completions zsh)
_ancm_host() {
  local -a commands
  commands=(
${described}
  )
  local command=run
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe -t commands command commands
    _files -/
    return
  fi
  if (( \${commands[(I)$words[2]:*]} )); then
    command=$words[2]
    shift words
    (( CURRENT-- ))
  fi
  case $command in
${commands.map(caseOf).join("")}  esac
}
if [[ $funcstack[1] == _ancm_host ]]; then _ancm_host "$@"; else compdef _ancm_host ancm-host; fi`;
}

const OPERANDS = {
  folder: " '1:folder:_files -/'",
  shell: ` '1:shell:(${SHELLS.join(" ")})'`,
  none: "",
} as const;

function caseOf({ name, options, operand }: CompletedCommand): string {
  const specs = options.map((option) => ` \\\n      ${optionSpec(option)}`).join("");
  return `    ${name}) _arguments${specs}${OPERANDS[operand]} ;;\n`;
}

function optionSpec({ name, doc, value, repeats }: CompletedOption): string {
  const option = `${repeats ? "*" : ""}--${name}`;
  if (value === "none") return `'${option}[${doc}]'`;
  const action = typeof value === "object"
    ? `(${value.join(" ")})`
    : value === "file"
    ? "_files"
    : "";
  return `'${option}=[${doc}]:${name}:${action}'`;
}
