# Shell functions for the jobs of the test guest: `. /lib/tapc.sh`.

# tapc_modules load|unload: modules of the kernel that the sample asks for, and what they depend on.
tapc_modules() {
    local module
    if [ "$1" = load ]; then
        for module in $(cat modules/order); do
            insmod "modules/$module.ko" || return 1
        done
    else
        for module in $(cat modules/order); do echo "$module"; done | sed '1!G;h;$!d' | while read -r module; do
            rmmod "$module" || exit 1
        done
    fi
}

# tapc_sample MODULE ENDS REFUSED [PARAMETER...]: runs ./MODULE.ko as a user would, with ./workload.sh beside it.
# Leaves in $OUT: trace, status, workload, insmod (what it said), bind (values that the workload tells).
tapc_sample() {
    MODULE=$1
    local ends=$2 refused=$3
    shift 3
    TAPC=/sys/kernel/debug/tapc/$MODULE
    BIND=$OUT/bind
    export MODULE TAPC BIND
    : >"$BIND"

    insmod "./$MODULE.ko" "$@" >"$OUT/insmod" 2>&1
    local loaded=$?
    if [ "$refused" = 1 ]; then
        [ $loaded -ne 0 ] && return 0
        echo "insmod took what it had to refuse"
        rmmod "$MODULE"
        return 1
    fi
    if [ $loaded -ne 0 ]; then
        echo "insmod failed: $(cat "$OUT/insmod")"
        return 1
    fi

    cat "$TAPC/trace" >"$OUT/trace" 2>"$OUT/trace.errors" &
    local reader=$!
    local failed=0
    if [ -f ./workload.sh ]; then
        sh ./workload.sh >"$OUT/workload" 2>&1 || {
            echo "the workload failed with exit status $?"
            failed=1
        }
    fi
    if [ "$ends" = stop ]; then
        echo stop >"$TAPC/control" || failed=1
    fi
    wait $reader || {
        echo "reading the trace failed: $(cat "$OUT/trace.errors")"
        failed=1
    }
    if grep -q "^$MODULE " /proc/modules; then
        cat "$TAPC/status" >"$OUT/status" || failed=1
        rmmod "$MODULE" || failed=1
    fi
    if [ -e "$TAPC" ]; then
        echo "$TAPC is still there after rmmod"
        failed=1
    fi
    return $failed
}
