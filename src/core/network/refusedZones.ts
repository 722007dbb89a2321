/** Zones, by id, in which EKS makes no control-plane interfaces, by the user guide's "Subnet requirements". */
export const refusedZones: ReadonlySet<string> = new Set(['use1-az3', 'usw1-az2', 'cac1-az3']);
