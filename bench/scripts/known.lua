-- The same read again and again by a reader whom the service knows. Arguments: the reader's cookie.

function init(args)
  wrk.headers["Cookie"] = args[1]
end
