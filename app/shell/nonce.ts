import { createContext, useContext } from 'react';

/** The nonce of the response's security policy, for inline scripts; the browser has none and needs none. */
export const NonceContext = createContext<string | undefined>(undefined);

export const useNonce = () => useContext(NonceContext);
