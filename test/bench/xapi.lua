-- Statements to the record store: wrk -s xapi.lua URL -- AUTHORIZATION BATCH SEED. Each request is one statement, or a list of BATCH, of about
-- 1.1 kB each; people, verbs and activities are drawn as the bench's other clients draw them (xapi.mjs).
local threads = {}
function setup(thread)
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

function init(args)
  headers = { Authorization = args[1], ["X-Experience-API-Version"] = "2.0.0", ["Content-Type"] = "application/json" }
  batch, wrong = tonumber(args[2]), 0
  math.randomseed(tonumber(args[3]) * 2 + number)
  padding = string.rep("What was said at the bedside, and by whom. ", 12)
end

local function statement()
  local a, v, x, p = math.random(20000), math.random(30), math.random(2000), math.random(50)
  return string.format('{"actor":{"objectType":"Agent","mbox":"mailto:trainee.%d@example.org"},"verb":{"id":"http://example.org/verbs/v%d","display":{"en-GB":"did %d"}},' ..
    '"object":{"objectType":"Activity","id":"http://example.org/activities/x%d"},"result":{"score":{"scaled":0.%d},"success":true,"duration":"PT%dM","response":"%s"},' ..
    '"context":{"contextActivities":{"parent":[{"id":"http://example.org/courses/c%d"}]},"platform":"Bench"},"timestamp":"2026-03-01T10:%02d:00Z"}',
    a, v, v, x, math.random(99), math.random(59), padding, p, math.random(0, 59))
end

function request()
  if batch == 1 then return wrk.format("POST", "/xapi/statements", headers, statement()) end
  local list = {}
  for i = 1, batch do list[i] = statement() end
  return wrk.format("POST", "/xapi/statements", headers, "[" .. table.concat(list, ",") .. "]")
end

function response(status)
  if status ~= 200 then wrong = wrong + 1 end
end

function done(summary, latency)
  local e, wrong = summary.errors, 0
  for _, t in ipairs(threads) do wrong = wrong + t:get("wrong") end
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"errors":%d}\n', summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, e.connect + e.read + e.write + e.timeout + wrong))
end
