/** @returns why there is no connection, as one line for people; never a password. */
export function explainBrokerError(error: Error, address: string): string {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `No broker answers at ${address} (${code}). Start it, or correct MQTT_URL.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The broker's host is not known: ${address}. Correct MQTT_URL, or check the network's name service.`;
    case 4:
    case 134:
      return `The broker at ${address} refused the user name or password. Correct them in MQTT_URL.`;
    case 5:
    case 135:
      return `The broker at ${address} does not let us in. Check the user name and password in MQTT_URL, and what it allows them.`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `The certificate of the broker at ${address} is signed by nobody we trust. Name its authority's PEM file in MQTT_CA.`;
    case 1:
    case 132:
      return `The broker at ${address} speaks another version of MQTT; trying the other one.`;
    case 142:
      return `Another client took over our client id at ${address}. Is a second Sentia running on a copy of this data directory?`;
    default:
      return `The connection to the broker at ${address} failed: ${error.message || error.name}.`;
  }
}
