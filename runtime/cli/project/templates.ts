/** What a new conversation can be made from: a small first one, or one of those that come with Parlance. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '../../../dsl/diagnostics/did-you-mean.ts';
import { packageFolder } from '../version.ts';
import { ProjectError } from './errors.ts';
import { firstDefinition, firstScenarios } from './first-conversation.ts';
import type { NewFile } from './project-files.ts';

export const FIRST_TEMPLATE = 'first';

/** What belongs to a conversation, as files in `conversations/NAME`. Rejects with `template-unknown`. */
export async function conversationFiles(name: string, template: string): Promise<readonly NewFile[]> {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name))
    throw new ProjectError('conversation-name-invalid', `"${name}" is no name of small letters, digits and "-"`);
  const folder = `conversations/${name}`;
  if (template === FIRST_TEMPLATE) {
    return [
      { path: `${folder}/${name}.yaml`, text: firstDefinition(name) },
      { path: `${folder}/${name}.test.yaml`, text: firstScenarios(name) },
    ];
  }
  const shipped = join(packageFolder(), 'conversations');
  const known = [FIRST_TEMPLATE, ...(await readdir(shipped))].filter((one) => !one.includes('.'));
  if (!known.includes(template)) {
    const meant = nearest(template, known);
    const hint = meant === undefined ? `one of ${known.join(', ')}` : `did you mean ${meant}?`;
    throw new ProjectError('template-unknown', `there is no template "${template}": ${hint}`);
  }
  const source = join(shipped, template);
  // Without what is told of the shipped one.
  const files = (await readdir(source)).filter((file) => file !== 'README.md');
  return Promise.all(
    files.sort().map(async (file) => {
      const text = await readFile(join(source, file), 'utf8');
      const path = file.startsWith(`${template}.`) ? `${name}${file.slice(template.length)}` : file;
      return { path: `${folder}/${path}`, text: renamed(text, template, name) };
    }),
  );
}

function renamed(text: string, from: string, to: string): string {
  return text.replace(new RegExp(`^(conversation|scenarios): ${from}$`, 'm'), `$1: ${to}`);
}
