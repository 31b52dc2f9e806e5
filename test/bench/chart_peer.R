# The peer of the charts' bench in base R: the I chart and Nelson's eight rules of each series, plainly written with vectors.
# Rscript chart_peer.R DIR prints `chart seconds processor-seconds signals` for one chart, the best of some turns.
n <- 36
y <- matrix(readBin(file.path(commandArgs(TRUE)[1], "charts.f64"), "double", 1000 * n), nrow = n)
ends <- function(hit, m, k = m) { # points that complete k of m, and are one of them
  if (length(hit) < m) return(integer())
  s <- stats::filter(as.integer(hit), rep(1, m), sides = 1)
  s[is.na(s)] <- if (k < m) cumsum(hit)[is.na(s)] else 0
  which(s >= k & hit)
}
whole <- function(hit, m) { s <- stats::filter(as.integer(hit), rep(1, m), sides = 1); which(!is.na(s) & s == m) }
chart <- function(y) {
  center <- mean(y); sigma <- mean(abs(diff(y))) / 1.128
  z <- (y - center) / sigma; d <- sign(diff(y))
  c(which(abs(z) > 3), ends(z > 0, 9), ends(z < 0, 9), whole(d > 0, 5), whole(d < 0, 5),
    whole(c(FALSE, d[-1] * d[-length(d)] < 0), 12) + 1,
    ends(z > 2, 3, 2), ends(z < -2, 3, 2), ends(z > 1, 5, 4), ends(z < -1, 5, 4), whole(abs(z) <= 1, 15),
    Filter(function(i) any(z[(i - 7):i] > 0) && any(z[(i - 7):i] < 0), whole(abs(z) > 1, 8)))
}
t <- replicate(3, { t <- system.time(found <<- sum(apply(y, 2, function(s) length(chart(s))))); c(t[["elapsed"]], t[["user.self"]] + t[["sys.self"]]) })
cat("chart", format(min(t[1, ]) / 1000, digits = 9), format(min(t[2, ]) / 1000, digits = 9), found, "\n")
