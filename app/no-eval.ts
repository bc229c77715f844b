import { config } from 'zod/v4/core';

// To be imported before any schema: zod would try `new Function`, which the security policy forbids and reports.
config({ jitless: true });
