# The peer for maximum-weight matching: scipy's min_weight_full_bipartite_matching on the same .asg file. Mentors become a column
# for each seat, and every mentee has a column of its own for staying unmatched, so that a full matching exists. Bench only.
import sys
import time

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

words = np.array(open(sys.argv[1]).read().split(), dtype=np.int64)
n, m, pairs = words[:3]
capacity = words[3 : 3 + m]
at = 3 + m
# no more seats for a mentor than mentees who list it
begin = np.concatenate([[0], np.cumsum(capacity)])
rows, columns, values = [], [], []
for i in range(n):
    count = int(words[at])
    line = words[at + 1 : at + 1 + 2 * count].reshape(-1, 2)
    at += 1 + 2 * count
    for j, w in line:
        if w <= 0:
            continue
        for seat in range(begin[j - 1], begin[j]):
            rows.append(i), columns.append(seat), values.append(w)
    rows.append(i), columns.append(begin[m] + i), values.append(0)
most = max(values) + 1
cost = csr_matrix((most - np.array(values, dtype=np.float64), (rows, columns)), shape=(n, begin[m] + n))
start = time.process_time()
r, c = min_weight_full_bipartite_matching(cost)
took = (time.process_time() - start) * 1000
total = sum(most - cost[i, j] for i, j in zip(r, c)) if n <= 2000 else most * n - cost[r, c].sum()
print(f"solve {took:.2f} weight {int(round(total))}")
