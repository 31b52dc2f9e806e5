// The peer for maximum-weight matching: LEMON's cost scaling (liblemon-dev) on the same .asg file, as a flow from a source over
// mentees and mentors to a sink, with a way around for the unmatched. Prints `solve MS weight W`, milliseconds of processor time, the
// best of three where it is quick. Bench only.
#include <lemon/cost_scaling.h>
#include <lemon/smart_graph.h>

#include <cstdio>
#include <ctime>
#include <vector>

int main(int argc, char **argv)
{
    FILE *f = argc > 1 ? std::fopen(argv[1], "r") : nullptr;
    int n, m, pairs;
    if (f == nullptr || std::fscanf(f, "%d %d %d", &n, &m, &pairs) != 3)
        return 1;
    using Graph = lemon::SmartDigraph;
    Graph g;
    g.reserveNode(n + m + 2);
    g.reserveArc(pairs + 2 * n + m);
    std::vector<Graph::Node> node;
    for (int k = 0; k < n + m + 2; k++)
        node.push_back(g.addNode());
    Graph::Node source = node[n + m], sink = node[n + m + 1];
    Graph::ArcMap<int> upper(g);
    Graph::ArcMap<long long> cost(g);
    auto add = [&](Graph::Node from, Graph::Node to, int cap, long long c) {
        Graph::Arc a = g.addArc(from, to);
        upper[a] = cap;
        cost[a] = c;
    };
    for (int j = 0, cap; j < m; j++) {
        if (std::fscanf(f, "%d", &cap) != 1)
            return 1;
        add(node[n + j], sink, cap, 0);
    }
    for (int i = 0, count; i < n; i++) {
        if (std::fscanf(f, "%d", &count) != 1)
            return 1;
        add(source, node[i], 1, 0);
        add(node[i], sink, 1, 0);
        for (int j, w; count > 0; count--) {
            if (std::fscanf(f, "%d %d", &j, &w) != 2)
                return 1;
            add(node[i], node[n + j - 1], 1, -w);
        }
    }
    double best = 1e9;
    long long weight = 0;
    for (int turn = 0; turn < 3 && (turn == 0 || best < 2000); turn++) {
        std::clock_t from = std::clock();
        lemon::CostScaling<Graph, int, long long> solver(g);
        solver.upperMap(upper).costMap(cost).stSupply(source, sink, n);
        solver.run();
        double ms = 1000.0 * double(std::clock() - from) / CLOCKS_PER_SEC;
        best = ms < best ? ms : best;
        weight = -solver.totalCost<long long>();
    }
    std::printf("solve %.2f weight %lld\n", best, weight);
    return 0;
}
