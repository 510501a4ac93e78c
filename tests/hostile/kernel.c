/* kernel WITHOUT COMMAND...: runs a command as on a kernel that lacks Landlock (l), seccomp (s) or user namespaces (n).
   A filter makes their system calls unknown, or refuses them. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sock_filter filter[32];
static unsigned short length;

static void add(struct sock_filter instruction) { filter[length++] = instruction; }

static void refuse(unsigned number, unsigned error) {
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    const char *without = arguments[1];
    add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
    if (strchr(without, 'l')) {
        refuse(SYS_landlock_create_ruleset, ENOSYS);
        refuse(SYS_landlock_add_rule, ENOSYS);
        refuse(SYS_landlock_restrict_self, ENOSYS);
    }
    if (strchr(without, 'n')) refuse(SYS_unshare, EPERM);
    if (strchr(without, 's')) {
        refuse(SYS_seccomp, ENOSYS);
        add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3));
        add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])));
        refuse(PR_SET_SECCOMP, EINVAL);
    }
    add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    struct sock_fprog program = {length, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) {
        perror("seccomp");
        return 2;
    }
    execvp(arguments[2], arguments + 2);
    perror("exec");
    return 2;
}
