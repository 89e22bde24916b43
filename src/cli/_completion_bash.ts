import {
  allOptions,
  type CompletedCommand,
  type CompletedOption,
  SHELLS,
} from "./_completion_words.ts";

/** Writes what completes the command line in bash; needs nothing but bash. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const options = allOptions(commands);
  const withValue = options.filter(({ value }) => value !== "none");
  const names = commands.map(({ name }) => name);
  return `# Completion of ancm-host for bash: source <(ancm-host completions bash)
_ancm_host_add() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@" -- "$cur")
}

_ancm_host() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  if [[ $cur == = ]]; then cur=
  elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${pattern(withValue)})
        [[ \${COMP_WORDS[i+1]} == = ]] && ((i++))
        ((i++)) ;;
      -*) ;;
      ${names.join("|")}) command=\${COMP_WORDS[i]}; break ;;
      *) command=run; break ;;
    esac
  done
  case $prev in
${values(withValue)}  esac
  if [[ $cur == -* ]]; then
    case \${command:-run} in
${commands.map(optionsLine).join("")}    esac
    return
  fi
  if [[ $command == completions ]]; then
    _ancm_host_add -W "${SHELLS.join(" ")}"
  elif [[ $command != help && $command != version ]]; then
    [[ -z $command ]] && _ancm_host_add -W "${names.join(" ")}"
    compopt -o filenames 2>/dev/null
    _ancm_host_add -d
  fi
}

complete -F _ancm_host ancm-host`;
}

function pattern(options: readonly CompletedOption[]): string {
  return options.map(({ name }) => `--${name}`).join("|");
}

function values(options: readonly CompletedOption[]): string {
  const lines = options.flatMap(({ name, value }) =>
    typeof value === "object"
      ? [`    --${name}) _ancm_host_add -W "${value.join(" ")}"; return ;;\n`]
      : []
  );
  const files = options.filter(({ value }) => value === "file");
  const texts = options.filter(({ value }) => value === "text");
  return lines.join("") +
    `    ${pattern(files)}) compopt -o filenames 2>/dev/null; _ancm_host_add -f; return ;;\n` +
    `    ${pattern(texts)}) return ;;\n`;
}

function optionsLine({ name, options }: CompletedCommand): string {
  if (options.length === 0) return "";
  const words = options.map((option) => `--${option.name}`).join(" ");
  return `      ${name}) _ancm_host_add -W "${words}" ;;\n`;
}
