import { catalogueEntry } from '../../channels/catalogue.ts';
import { TARGETED } from '../step/contract.ts';

/** First words of the platform's own types, so that a type it adds later was never a customer's. */
const FAMILIES =
  /^(?:message|conversation|contact|data|timer|broadcast|definition|external|probe|event|replay|tenant|partition)\.[a-z-]+$/;

/** True for the platform's own types. */
export function isReserved(type: string): boolean {
  return type === TARGETED || FAMILIES.test(type) || catalogueEntry(type) !== undefined;
}
