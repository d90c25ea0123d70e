import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { definitionSchema } from '../../../dsl/schema/definition.ts';
import { projectSchema } from '../../../dsl/project/schema.ts';
import { scenarioSchema } from '../../../dsl/scenario/schema.ts';
import { sharedSchema } from '../../../dsl/schema/shared.ts';

/** Those that check files take it for granted. */
describe('the schema of each kind of file', () => {
  for (const [kind, schema] of Object.entries({ definitionSchema, projectSchema, scenarioSchema, sharedSchema })) {
    it(`is JSON Schema: ${kind}`, () => {
      const ajv = new Ajv2020({ allErrors: true, strict: false });
      expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).to.equal(true);
    });
  }
});
