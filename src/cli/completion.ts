import type { Command } from 'commander';

const shells = ['bash', 'zsh', 'fish'] as const;

/** A script that completes commands and options, made from the commands themselves; undefined: no such shell. */
export function completionScript(program: Command, shell: string): string | undefined {
  if (!shells.some((each) => each === shell)) return undefined;
  const rows = rowsOf(program, []);
  return shell === 'fish' ? fishScript(rows) : bashScript(rows, shell === 'zsh');
}

type Row = { readonly path: readonly string[]; readonly words: readonly string[] };

/** What may follow each command. */
function rowsOf(command: Command, path: readonly string[]): readonly Row[] {
  const options = command.options.flatMap(({ long }) => (long ? [long] : []));
  const words = [...command.commands.map((each) => each.name()), ...options, '--help'];
  return [{ path, words }, ...command.commands.flatMap((each) => rowsOf(each, [...path, each.name()]))];
}

/** zsh runs the same through its own bridge. */
function bashScript(rows: readonly Row[], isZsh: boolean): string {
  const cases = rows.map(({ path, words }) => `    '${path.join(' ')}') words='${words.join(' ')}' ;;`);
  return `${isZsh ? 'autoload -Uz bashcompinit && bashcompinit\n' : ''}_fairlead() {
  local words='' path='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _fairlead fairlead
`;
}

function fishScript(rows: readonly Row[]): string {
  const lines = rows.map(({ path, words }) => {
    const asked = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const condition = path.length === 0 ? '__fish_use_subcommand' : asked.join('; and ');
    return `complete -c fairlead -f -n '${condition}' -a '${words.join(' ')}'`;
  });
  return `${lines.join('\n')}\n`;
}
