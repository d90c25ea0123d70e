import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TenantName } from '../../channels/brands.ts';

/** What a key may be used for. */
export const SCOPES = [
  'events:write',
  'sql:read',
  'handoffs:answer',
  'messages:read',
  'messages:write',
  'broadcasts:send',
  'definitions:publish',
  'operations:write',
] as const;

export type Scope = (typeof SCOPES)[number];

/** What is kept of a key: everything but the key. */
export interface KeyRecord {
  /** 12 hex digits; part of the key, so that it is found without comparing hashes with all of them. */
  readonly id: string;
  readonly tenant: TenantName;
  /** What a person calls it: "booking system". */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the whole key, 64 hex digits. */
  readonly hash: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Since then it opens nothing. The record stays: the tenant has had a key, so it never falls back to open. */
  readonly revokedAt?: string;
}

/** 256 random bits, so that guessing is hopeless whatever the hash costs. */
const SECRET_BYTES = 32;
const ID_BYTES = 6;

/** `parlance_` makes a leaked key recognisable to scanners. */
const FORMAT = /^parlance_([0-9a-f]{12})_[0-9a-f]{64}$/;

/** `random` is a parameter so that tests repeat. */
export function newKey(random: (bytes: number) => Buffer = randomBytes): {
  readonly id: string;
  readonly token: string;
} {
  const id = random(ID_BYTES).toString('hex');
  return { id, token: `parlance_${id}_${random(SECRET_BYTES).toString('hex')}` };
}

/** Undefined where the text cannot be a key. */
export function keyIdOf(token: string): string | undefined {
  return FORMAT.exec(token)?.[1];
}

/**
 * Plain SHA-256: slow hashes (scrypt, argon2) protect what people choose, by making each guess dear. A key of 256
 * random bits has no guesses worth making, and a slow hash would only let strangers burn our processor.
 */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** In constant time, so that response times tell nothing about the stored hash. */
export function opens(record: KeyRecord, token: string): boolean {
  return (
    record.revokedAt === undefined &&
    timingSafeEqual(Buffer.from(hashOf(token), 'hex'), Buffer.from(record.hash, 'hex'))
  );
}
