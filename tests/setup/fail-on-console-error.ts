import { afterEach, beforeEach, expect, vi } from 'vitest';

// Noise is a defect: whatever prints an error during a test fails it, unless the test expects it and clears the spy.
beforeEach(() => {
  vi.spyOn(console, 'error');
});
afterEach(() => {
  expect(console.error).not.toHaveBeenCalled();
});
