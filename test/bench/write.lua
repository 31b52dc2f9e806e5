-- "I have read this" by many people: wrk -s write.lua URL -- PAIRS FROM COUNT. Each line of PAIRS (cookie, CSRF token, person,
-- session) is sent once; the threads take turns. An answer that is not a redirect counts as an error.
local threads = {}
function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

local lines, at = {}, 0
function init(args)
  local from, count, n = tonumber(args[2]), tonumber(args[3]), 0
  for line in io.lines(args[1]) do
    if n >= from and n % 2 == number then lines[#lines + 1] = line end
    n = n + 1
    if n >= from + count then break end
  end
  sent, wrong = 0, 0
  origin = "http://" .. wrk.host .. ":" .. wrk.port
end

function request()
  if at == #lines then wrong = wrong + 1 else at = at + 1 end
  sent = at
  local cookie, csrf, person, session = lines[at]:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)")
  return wrk.format("POST", "/sessions/" .. session .. "/read",
    { Cookie = "cadre_session=" .. cookie, Origin = origin, ["Content-Type"] = "application/x-www-form-urlencoded" }, "csrf=" .. csrf)
end

function response(status)
  if status ~= 303 then wrong = wrong + 1 end
end

function done(summary, latency)
  local e, wrong, sent = summary.errors, 0, 0
  for _, t in ipairs(threads) do
    wrong = wrong + t:get("wrong")
    sent = math.max(sent, t:get("sent"))
  end
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"errors":%d,"used":%d}\n', summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.timeout + wrong, sent * #threads))
end
