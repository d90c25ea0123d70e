/** An amount in the smallest unit of its currency: what expressions hold of `money`. */
export class Money {
  readonly minor: bigint;
  /** ISO 4217. */
  readonly currency: string;

  constructor(minor: bigint, currency: string) {
    this.minor = minor;
    this.currency = currency;
  }

  plus(other: Money): Money {
    return new Money(this.minor + sameCurrency(this, other).minor, this.currency);
  }

  minus(other: Money): Money {
    return new Money(this.minor - sameCurrency(this, other).minor, this.currency);
  }

  /** Below 0 where this is less. */
  compare(other: Money): number {
    return Number(this.minor - sameCurrency(this, other).minor);
  }
}

function sameCurrency(one: Money, other: Money): Money {
  if (one.currency !== other.currency)
    throw new RangeError(`${one.currency} and ${other.currency} can not be reckoned together`);
  return other;
}
