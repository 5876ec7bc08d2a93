/*
 * The host's wdm.h: the part of the kernel's interface that the capture driver and the client drivers of
 * test/client use, and no more. Behind each function stands test/host/kernel.
 */
#pragma once

#include <wdm_io.h>
#include <wdm_ke.h>
#include <wdm_mm.h>
#include <wdm_rtl.h>
#include <wdm_zw.h>
