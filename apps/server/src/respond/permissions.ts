import type { Role } from '../base/vocabulary.ts';

/** Which roles may do what with cases; written beside each route that needs it. */
export const permissions = {
  'cases.read': [
    'moderator',
    'lead',
    'counsellor',
    'police-liaison',
    'teacher',
    'analyst',
    'admin',
    'auditor',
  ],
  'cases.work': ['moderator', 'lead', 'counsellor'],
  'evidence.reveal': ['moderator', 'lead', 'counsellor'],
  'feedback.read': ['analyst', 'lead'],
  'actions.take': ['moderator', 'lead'],
  'thread.write': ['counsellor', 'lead'],
  'removals.read': ['moderator', 'lead', 'counsellor', 'admin', 'auditor'],
  'removals.decide': ['moderator', 'lead', 'counsellor'],
  /** The hashes themselves, for platforms. */
  'removals.export': ['lead'],
  'referrals.send': ['moderator', 'lead', 'counsellor'],
  'referrals.answer': ['police-liaison', 'lead', 'counsellor', 'teacher'],
  'referrals.reveal': ['police-liaison', 'lead', 'counsellor'],
} as const satisfies Record<string, readonly Role[]>;
