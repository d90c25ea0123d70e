import { ParlanceError } from '../../../channels/error.ts';

export type ProjectErrorCode = 'project-file-exists' | 'conversation-name-invalid' | 'template-unknown';

/** A project or conversation can not be made as asked. Nothing was written. */
export class ProjectError extends ParlanceError<ProjectErrorCode> {}
