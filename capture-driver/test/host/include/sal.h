/*
 * Source annotations and calling conventions: nothing on the host. Only the names the sources use.
 */
#pragma once

#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_range_(a, b)
#define _In_reads_(n)
#define _In_reads_opt_(n)
#define _In_reads_bytes_(n)
#define _In_reads_bytes_opt_(n)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(n)
#define _Inout_updates_bytes_(n)
#define _Inout_updates_bytes_opt_(n)
#define _Out_
#define _Out_opt_
#define _Out_range_(a, b)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Outptr_result_bytebuffer_(n)
#define _Out_writes_(n)
#define _Out_writes_all_(n)
#define _Out_writes_opt_(n)
#define _Out_writes_to_(n, m)
#define _Out_writes_bytes_(n)
#define _Out_writes_bytes_all_(n)
#define _Out_writes_bytes_opt_(n)
#define _Out_writes_bytes_to_(n, m)
#define _Out_writes_bytes_to_opt_(n, m)
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_range_(a, b)
#define _Post_maybenull_
#define _Post_notnull_
#define _Post_invalid_
#define _Post_satisfies_(e)
#define _Post_equal_to_(e)
#define _Post_writable_byte_size_(n)
#define _Pre_satisfies_(e)
#define _Pre_notnull_
#define _Field_size_(n)
#define _Field_size_bytes_(n)
#define _Field_size_full_(n)
#define _Field_range_(a, b)
#define _Field_z_
#define _Struct_size_bytes_(n)
#define _Null_terminated_
#define _Notnull_
#define _Maybenull_
#define _Reserved_
#define _Const_
#define _Success_(e)
#define _Return_type_success_(e)
#define _When_(e, a)
#define _At_(e, a)
#define _Always_(a)
#define _Analysis_assume_(e)
#define _Analysis_noreturn_
#define _Must_inspect_result_
#define _Check_return_
#define _Printf_format_string_
#define _Use_decl_annotations_
#define _Function_class_(c)
#define _Dispatch_type_(t)
#define _IRQL_requires_(i)
#define _IRQL_requires_max_(i)
#define _IRQL_requires_min_(i)
#define _IRQL_requires_same_
#define _IRQL_always_function_max_(i)
#define _IRQL_raises_(i)
#define _IRQL_saves_
#define _IRQL_saves_global_(k, p)
#define _IRQL_restores_
#define _IRQL_restores_global_(k, p)
#define _Acquires_lock_(l)
#define _Releases_lock_(l)
#define _Requires_lock_held_(l)
#define _Requires_lock_not_held_(l)
#define _Guarded_by_(l)
#define _Interlocked_operand_
#define _Interlocked_
#define _Kernel_clear_do_init_(x)
#define _Kernel_entry_
#define __drv_allocatesMem(k)
#define __drv_freesMem(k)
#define __drv_aliasesMem
#define __drv_maxIRQL(i)
#define __drv_requiresIRQL(i)
#define __drv_dispatchType(t)
#define __callback
#define __analysis_assume(e)
#define IN
#define OUT
#define OPTIONAL

#define __declspec(x) HOST_DECLSPEC_##x
#define HOST_DECLSPEC_dllexport
#define HOST_DECLSPEC_dllimport
#define HOST_DECLSPEC_noreturn __attribute__((noreturn))
#define HOST_DECLSPEC_noinline __attribute__((noinline))
#define HOST_DECLSPEC_selectany __attribute__((weak))
#define HOST_DECLSPEC_align(n) __attribute__((aligned(n)))
#define HOST_DECLSPEC_allocate(s)
#define HOST_DECLSPEC_code_seg(s)
