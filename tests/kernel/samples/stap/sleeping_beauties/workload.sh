rmmod no_such_module 2>/dev/null
sleep 0.5
