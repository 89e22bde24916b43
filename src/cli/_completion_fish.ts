import { type CompletedCommand, type CompletedOption, SHELLS } from "./_completion_words.ts";

/** Writes what completes the command line in fish. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const folders = commands.filter(({ operand }) => operand === "folder").map(({ name }) => name);
  return `# Completion of ancm-host for fish: ancm-host completions fish | source
function __ancm_host_given
    set -l words (commandline -opc)
    contains -- "$words[2]" ${names}
end
function __ancm_host_in
    set -l words (commandline -opc)
    set -l command run
    contains -- "$words[2]" ${names}; and set command $words[2]
    contains -- $command $argv
end
complete -c ancm-host -f
${commands.map(commandLine).join("")}complete -c ancm-host -n '__ancm_host_in ${
    folders.join(" ")
  }' -a '(__fish_complete_directories)'
complete -c ancm-host -n '__ancm_host_in completions' -a '${SHELLS.join(" ")}'
${optionLines(commands).join("\n")}`;
}

function commandLine({ name, doc }: CompletedCommand): string {
  return `complete -c ancm-host -n 'not __ancm_host_given' -a ${name} -d '${doc}'\n`;
}

/** Commands that share an option share its line. */
function optionLines(commands: readonly CompletedCommand[]): string[] {
  const owners = new Map<string, string[]>();
  for (const { name, options } of commands) {
    for (const option of options) {
      const line = optionLine(option);
      owners.set(line, [...owners.get(line) ?? [], name]);
    }
  }
  return [...owners].map(([line, names]) =>
    `complete -c ancm-host -n '__ancm_host_in ${names.join(" ")}' ${line}`
  );
}

function optionLine({ name, doc, value }: CompletedOption): string {
  const follows = {
    none: "",
    text: " -x",
    file: " -r -F",
  };
  const how = typeof value === "object" ? ` -x -a '${value.join(" ")}'` : follows[value];
  return `-l ${name}${how} -d '${doc}'`;
}
