cat /no/such/file 2>/dev/null
true
