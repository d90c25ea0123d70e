/** Carries out a Dockerfile in plain folders: one a stage, standing for the container's root. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseDockerfile, type Stage, type Step } from './dockerfile.ts';

export interface Image {
  readonly stage: Stage;
  /** Where the image's `/` is. */
  readonly root: string;
  /** Where its command starts. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** `context` is the folder that is sent to the build. Throws with a step's output when it fails. Returns the last stage. */
export function build(context: string, scratch: string): Image {
  const images = new Map<string, Image>();
  let last: Image | undefined;
  for (const stage of parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    last = buildStage(stage, context, join(scratch, stage.name), images);
    images.set(stage.name, last);
  }
  if (last === undefined) throw new Error('the Dockerfile has no FROM');
  return last;
}

function buildStage(stage: Stage, context: string, root: string, images: ReadonlyMap<string, Image>): Image {
  mkdirSync(root, { recursive: true });
  let image: Image = { stage, root, folder: root, environment: {} };
  for (const step of stage.steps) image = carryOut(step, image, context, images);
  return image;
}

function carryOut(step: Step, image: Image, context: string, images: ReadonlyMap<string, Image>): Image {
  switch (step.kind) {
    case 'workdir': {
      const folder = place(step.path, image);
      mkdirSync(folder, { recursive: true });
      return { ...image, folder };
    }
    case 'env': {
      const value = step.value.startsWith('/') ? join(image.root, step.value) : step.value;
      return { ...image, environment: { ...image.environment, [step.name]: value } };
    }
    case 'copy':
      copy(step, image, context, images);
      return image;
    case 'run':
      run(step.command, image);
      return image;
  }
}

function place(path: string, image: Image): string {
  return path.startsWith('/') ? join(image.root, path) : resolve(image.folder, path);
}

function copy(
  { from, sources, target }: Step & { readonly kind: 'copy' },
  image: Image,
  context: string,
  images: ReadonlyMap<string, Image>,
): void {
  const to = place(target, image);
  for (const source of sources) {
    if (from !== undefined) {
      const stage = images.get(from);
      if (stage === undefined) throw new Error(`COPY --from=${from}: there is no such stage`);
      cpSync(place(source, stage), target.endsWith('/') ? join(to, basename(source)) : to, { recursive: true });
    } else if (source === '.') {
      for (const name of sent(context)) cpSync(join(context, name), join(to, name), { recursive: true });
    } else {
      if (!sent(context).includes(source)) throw new Error(`COPY ${source}: .dockerignore keeps it out`);
      cpSync(join(context, source), join(to, source), { recursive: true });
    }
  }
}

/** The context after .dockerignore, which has to be a list of what is let in: `*`, then `!NAME` lines. */
function sent(context: string): string[] {
  const [first, ...rest] = readFileSync(join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== '*' || !rest.every((line) => /^![\w.-]+$/.test(line))) {
    throw new Error('.dockerignore has to be "*" followed by lines "!NAME"');
  }
  const names = rest.map((line) => line.slice(1));
  const missing = names.filter((name) => !existsSync(join(context, name)));
  if (missing.length > 0) throw new Error(`.dockerignore lets in what is not there: ${missing.join(', ')}`);
  return readdirSync(context).filter((name) => names.includes(name));
}

/** Absolute paths among a command's words are moved below the image's root. */
function run(command: string, image: Image): void {
  const moved = command.replaceAll(/(?<=\s)\/(?=\w)/g, `${image.root}/`);
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', moved], {
    cwd: image.folder,
    env: environmentOf(image),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`RUN ${command} fails (${String(status)}):\n${stdout}${stderr}`);
}

/** The image's variables, and from this machine only what finds programs and registries. */
export function environmentOf({ environment }: Image): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...environment };
}
