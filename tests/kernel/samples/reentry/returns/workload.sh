# Until the interrupt has come often enough.
calls read 60000
until [ "$(sed -n 's/^probe 1 hits=\([0-9]*\) .*/\1/p' $TAPC/status)" -gt 500 ]; do calls read 20000; done
