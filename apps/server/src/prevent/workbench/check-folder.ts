import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../base/data-dir.ts';
import {
  compileSafeguards,
  loadSafeguards,
  PolicyError,
  readPolicyFiles,
  safeguardsFolder,
} from '../safeguards.ts';
import { compareMatrix, type MatrixChange } from './compare.ts';
import { belowFloor, type FloorBreak } from './floor.ts';
import { matrix } from './matrix.ts';
import { sayPolicy } from './say-policy.ts';

/** What there is to say of a folder of policies beside the shipped ones. */
export interface FolderCheck {
  policies: number;
  situations: number;
  floor: FloorBreak[];
  /** Built-in situations that come out differently from the shipped policies. */
  changes: MatrixChange[];
  /** Policies that decide none of the built-in situations. */
  idle: string[];
  /** Policies that were not wholly put in words. */
  inCedar: string[];
}

/**
 * Compiles the `*.cedar` files of a folder as one set (by its own `schema.cedarschema` if it has one) and tries them on
 * the floor and on the built-in situations. Throws a StartError that names file and policy.
 */
export function checkPolicyFolder(folder: string = safeguardsFolder): FolderCheck {
  const files = readPolicyFiles(folder);
  if (Object.keys(files).length === 0) throw new StartError(`There are no policies (*.cedar) in ${folder}.`);
  const own = join(folder, 'schema.cedarschema');
  const schema = readFileSync(existsSync(own) ? own : join(safeguardsFolder, 'schema.cedarschema'), 'utf8');
  try {
    const tried = compileSafeguards(files, schema);
    const deciding = new Set(matrix.flatMap(({ situation }) => tried.judge(situation).policies));
    return {
      policies: tried.list.length,
      situations: matrix.length,
      floor: belowFloor(tried),
      changes: compareMatrix(loadSafeguards(), tried, matrix),
      idle: tried.list.map(({ id }) => id).filter((id) => !deciding.has(id)),
      inCedar: tried.list.filter((one) => !sayPolicy(one).whole).map(({ id }) => id),
    };
  } catch (cause) {
    if (cause instanceof PolicyError) throw new StartError(`safeguards: ${cause.message}`, { cause });
    throw cause;
  }
}
