/** What a run of frames in a queue is when it is not part of a job's message, whose runs carry the job's task. */

/** Copies for nobody behind the port: a promiscuous port, a hub or flooding put them there. */
export const COPIES = -1;
/** The same frames again by another adapter of a team, which the reverse path filter stops. */
export const ECHOES = -2;
/** Broadcast and multicast frames, which every port wants. */
export const BROADCASTS = -3;
