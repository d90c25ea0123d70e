import { ParlanceError } from '../../channels/error.ts';

export class BroadcastError extends ParlanceError<
  | 'broadcast-unknown'
  | 'broadcast-exists'
  | 'broadcast-name-invalid'
  | 'broadcast-definition-unknown'
  | 'broadcast-ended'
  | 'audience-unreadable'
  | 'audience-too-large'
  | 'audience-empty'
  | 'list-unknown'
  | 'list-name-invalid'
  | 'lists-too-many'
> {}
