/** `1 seat`, `8 seats`. */
export const countSeats = (seats: number): string => `${seats} ${seats === 1 ? 'seat' : 'seats'}`;
