// `npm run build`: src/ to dist/, the workers' files and the shipped texts.
import { build } from './steps.mjs';

build();
