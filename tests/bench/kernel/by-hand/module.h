/* Life of a bench module: attached while loaded; tells at its end how many hits it recorded. */
#ifndef WORK_CREATE
#define WORK_CREATE no_create
static int no_create(void)
{
	return 0;
}
#endif

#ifndef WORK_DESTROY
#define WORK_DESTROY no_destroy
static void no_destroy(void)
{
}
#endif

static int __init load(void)
{
	int error = WORK_CREATE();

	if (!error)
		error = attach();
	if (error)
		WORK_DESTROY();
	return error;
}

static void __exit unload(void)
{
	detach();
	pr_info(KBUILD_MODNAME ": recorded %lu\n", worked());
	WORK_DESTROY();
}

module_init(load);
module_exit(unload);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What a probe costs that was written by hand");
