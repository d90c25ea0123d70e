/** Reads a Dockerfile: as much of its grammar as ours uses. Anything else is an error, so that no step goes untested. */

export type Step =
  | { readonly kind: 'run'; readonly command: string }
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string; readonly value: string };

export interface Stage {
  readonly name: string;
  readonly image: string;
  readonly steps: readonly Step[];
  /** Of the finished image. */
  readonly user: string | undefined;
  readonly command: readonly string[];
  readonly healthCheck: string | undefined;
}

type Building = { -readonly [Key in keyof Stage]: Stage[Key] } & { readonly steps: Step[] };

export function parseDockerfile(text: string): Stage[] {
  const stages: Building[] = [];
  for (const line of instructions(text)) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
    if (word === 'FROM') {
      const [, image = '', name = String(stages.length)] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      stages.push({ name, image, steps: [], user: undefined, command: [], healthCheck: undefined });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`before the first FROM: ${line}`);
    add(stage, word, rest);
  }
  return stages;
}

function add(stage: Building, word: string, rest: string): void {
  switch (word) {
    case 'RUN':
      stage.steps.push({ kind: 'run', command: rest });
      return;
    case 'COPY':
      stage.steps.push(copy(rest));
      return;
    case 'WORKDIR':
      stage.steps.push({ kind: 'workdir', path: rest });
      return;
    case 'ENV': {
      const [, name, value] = /^(\w+)=(\S*)$/.exec(rest) ?? [];
      if (name === undefined || value === undefined) throw new Error(`ENV takes NAME=value here: ${rest}`);
      stage.steps.push({ kind: 'env', name, value });
      return;
    }
    case 'USER':
      stage.user = rest;
      return;
    case 'CMD':
      stage.command = JSON.parse(rest) as string[];
      return;
    case 'HEALTHCHECK':
      stage.healthCheck = rest.replace(/^.*?\bCMD /s, '');
      return;
    case 'EXPOSE':
    case 'VOLUME':
      return;
    default:
      throw new Error(`${word} is not known here: teach test/docker/ what it does`);
  }
}

function copy(rest: string): Step {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith('--from=') === true ? words.shift()?.slice('--from='.length) : undefined;
  const target = words.pop();
  if (target === undefined || words.length === 0 || words.some((word) => word.startsWith('--'))) {
    throw new Error(`COPY is not understood here: ${rest}`);
  }
  return { kind: 'copy', from, sources: words, target };
}

/** Whole instructions: comments dropped, lines ending in `\` joined. */
function instructions(text: string): string[] {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
