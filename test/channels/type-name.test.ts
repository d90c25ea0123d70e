import { expect } from 'chai';
import { catalogueEntries } from '../../channels/catalogue.ts';
import { isReservedType, typeProblem } from '../../channels/type-name.ts';

describe('isReservedType', () => {
  it('holds for every type of the catalogue, and for whatever shares its first word', () => {
    for (const { type } of catalogueEntries()) {
      expect(isReservedType(type), type).to.equal(true);
      expect(isReservedType(`${type}.later`), `${type}.later`).to.equal(true);
    }
  });

  it("does not hold for a customer's own", () => {
    for (const type of ['com.clinic.appointment.booked', 'messages.counted', 'com.example.message.sent']) {
      expect(isReservedType(type), type).to.equal(false);
      expect(typeProblem(type, 'external'), type).to.equal(undefined);
    }
  });
});
