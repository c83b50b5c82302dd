static __always_inline void tapc_cost_refuse(enum tapc_state state, local_t *counts)
{
}

static void tapc_overload_rests(void)
{
}
