# The peers of the statistics' bench, in R: lme4's REML, psych's weighted kappa, and Henderson 1 with base R's sums by group.
# Rscript stats_peer.R data DIR writes insteval.csv; Rscript stats_peer.R run DIR prints `name seconds processor-seconds value`.
args <- commandArgs(TRUE)
path <- function(name) file.path(args[2], name)
suppressMessages(library(lme4))
if (args[1] == "data") {
  write.csv(data.frame(s = InstEval$s, d = InstEval$d, y = InstEval$y), path("insteval.csv"), row.names = FALSE, quote = FALSE)
  quit()
}
time <- function(name, turns, work) {
  t <- replicate(turns, { t <- system.time(value <<- work()); c(t[["elapsed"]], t[["user.self"]] + t[["sys.self"]]) })
  cat(name, min(t[1, ]), min(t[2, ]), format(value, digits = 9), "\n")
}
n <- 1e6
ints <- function(name) readBin(path(name), "integer", n, size = 4) + 1L
p <- ints("person.u32"); r <- ints("rater.u32"); y <- readBin(path("score.f64"), "double", n)
henderson <- function() {
  np <- tabulate(p); nr <- tabulate(r); z <- y - mean(y)
  tp <- sum(rowsum(z, p)^2 / np); tr <- sum(rowsum(z, r)^2 / nr)
  cell <- (p - 1) * max(r) + r
  cells <- rle(sort(cell)); at <- cells$values - 1; size <- cells$lengths
  cp <- at %/% max(r) + 1; cr <- at %% max(r) + 1
  tpr <- sum(rowsum(z, cell)^2 / tabulate(match(cell, cells$values)))
  residual <- sum(z^2)
  k <- rbind(c(n, sum(size^2 / np[cp]), length(np), length(np)), c(sum(size^2 / nr[cr]), n, length(nr), length(nr)),
             c(n, n, n, length(size)), c(n, n, n, n))
  m <- c(sum(np^2), sum(nr^2), sum(size^2), n) / n
  solve(k - rep(m, each = 4), c(tp, tr, tpr, residual) - sum(z)^2 / n)[1]
}
time("henderson", 2, henderson)
x <- cbind(ints("first.u32"), ints("second.u32"))
time("kappa", 2, function() suppressMessages(psych::cohen.kappa(x))$weighted.kappa)
if (!file.exists(path("insteval.csv"))) quit()
d <- read.csv(path("insteval.csv"))
time("reml", 2, function() as.data.frame(VarCorr(lmer(y ~ 1 + (1 | d) + (1 | s), d)))$vcov[2])
