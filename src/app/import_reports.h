/* import_reports: the way that past reports took, and their words. Each step is an act of its own.
 */
#ifndef GB_APP_IMPORT_REPORTS_H
#define GB_APP_IMPORT_REPORTS_H

#include "app/import_details.h"

/* form,unit,period,step,at,account,reason,cells,number,signed_day,signer */
import_function import_reports;
/* form,unit,period,section,item,field,addressee,text */
import_function import_narratives;

#endif
