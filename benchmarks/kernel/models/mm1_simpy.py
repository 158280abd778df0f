"""M/M/1 on SimPy: a source and a server with a store between them. Prints the processor time and the mean."""
import random
import sys
import time

import simpy


def source(env, line, customers, utilization):
    for _ in range(customers):
        yield env.timeout(random.expovariate(utilization))
        yield line.put(env.now)


def server(env, line, customers, result):
    for _ in range(customers):
        arrived_at = yield line.get()
        yield env.timeout(random.expovariate(1.0))
        result[0] += env.now - arrived_at


customers, utilization, seed = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
random.seed(seed)
result = [0.0]
started = time.process_time()
env = simpy.Environment()
line = simpy.Store(env)
env.process(source(env, line, customers, utilization))
env.process(server(env, line, customers, result))
env.run()
print(time.process_time() - started, result[0] / customers)
