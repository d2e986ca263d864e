import type { Role } from '../../base/vocabulary.ts';

/** Which roles of a platform may do what with claims of ages; written beside each route that needs it. */
export const agePermissions = {
  'ages.read': ['moderator', 'lead', 'counsellor', 'admin', 'auditor'],
  'ages.decide': ['moderator', 'lead', 'counsellor', 'admin'],
} as const satisfies Record<string, readonly Role[]>;
