-- One page, with a cookie where one is given: wrk -s read.lua URL -- PATH [COOKIE]. The last line is JSON.
function init(args)
  local headers = {}
  if args[2] then headers["Cookie"] = args[2] end
  request_bytes = wrk.format("GET", args[1], headers)
end

function request() return request_bytes end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"errors":%d}\n', summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
