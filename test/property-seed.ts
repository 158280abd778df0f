import fc from 'fast-check';

/**
 * Properties are tried with the same inputs in every run, so that a red build is red again on the developer's machine.
 * To look for new counterexamples: `PROPERTY_SEED=$RANDOM npm test -- unit`.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['PROPERTY_SEED'] ?? 20261128) });
