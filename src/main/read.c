/* read: gives `giaoban read` its documents: the office room over real child processes. */
#include "cli/cmd_read.h"
#include "main/host.h"
#include "office/document.h"
#include "sys/child.h"

bool host_read(struct command *c, struct err *err)
{
    struct child child = sys_child();
    struct documents documents = document_port(&child);

    return cmd_read(c, &documents, err);
}
