/* A plugin that tries, while it is loaded, whatever reaches beyond its own process. It names on standard error what was not refused,
   and ends its process if anything was not. */
#define _GNU_SOURCE
#include "load.c"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int allowed;

static void tried(const char *name, long result) {
    int refused = result == -1 && (errno == EPERM || errno == ENOSYS || errno == EACCES || errno == ENOENT || errno == EROFS);
    if (!refused) {
        fprintf(stderr, "NOT REFUSED %s: %ld, %s\n", name, result, result == -1 ? strerror(errno) : "done");
        allowed = 1;
    }
}

#define CALL(name, ...) tried(#name, syscall(SYS_##name, ##__VA_ARGS__))

__attribute__((constructor)) static void try_all(void) {
    long parent = getppid();
    char path[64], byte = 0;
    unsigned long zeros[16] = {0};
    struct { void *base; size_t length; } here = {&byte, 1}, there = {(void *)0x10000, 1};
    /* The priorities of others, and its own limits upwards. */
    CALL(setpriority, PRIO_USER, 0, 0);
    CALL(setpriority, PRIO_PGRP, 0, 0);
    CALL(setpriority, PRIO_PROCESS, parent, 0);
    CALL(ioprio_set, 1, parent, 4 << 13);
    CALL(ioprio_set, 3, 0, 4 << 13);
    CALL(sched_setaffinity, parent, sizeof zeros, zeros);
    CALL(sched_setscheduler, parent, 0, zeros);
    CALL(sched_setparam, parent, zeros);
    CALL(sched_setattr, parent, zeros, 0);
    CALL(prlimit64, parent, RLIMIT_NOFILE, 0, zeros);
    /* Outliving the command. */
    tried("PR_SET_PDEATHSIG", prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0));
    tried("PR_SET_DUMPABLE", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    tried("PR_SET_CHILD_SUBREAPER", prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
    CALL(setsid);
    CALL(setpgid, 0, 0);
    CALL(execve, "/bin/true", zeros, zeros);
    CALL(execveat, AT_FDCWD, "/bin/true", zeros, zeros, 0);
    long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) _exit(0);
    tried("clone", child);
    CALL(unshare, CLONE_FS);
    CALL(setns, 0, 0);
    CALL(chroot, "/");
    CALL(mount, "none", "/tmp", "no-such-file-system", 0, 0);
    /* The network, also by a socket that was never bound. */
    int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET, AF_VSOCK};
    for (unsigned at = 0; at < sizeof families / sizeof *families; at++) CALL(socket, families[at], SOCK_STREAM, 0);
    CALL(listen, 0, 1);
    CALL(bind, 0, zeros, 16);
    CALL(connect, 0, zeros, 16);
    CALL(socketpair, AF_UNIX, SOCK_STREAM, 0, zeros);
    CALL(sendto, 0, &byte, 1, 0, 0, 0);
    CALL(io_uring_setup, 1, zeros);
    /* Other processes. */
    CALL(kill, parent, 0);
    CALL(kill, 0, 0);
    CALL(kill, -1, 0);
    CALL(tgkill, parent, parent, 0);
    CALL(tkill, parent, 0);
    CALL(rt_sigqueueinfo, parent, 0, zeros);
    CALL(pidfd_open, parent, 0);
    CALL(ptrace, 1, parent, 0, 0);
    CALL(process_vm_readv, parent, &here, 1, &there, 1, 0);
    CALL(process_vm_writev, parent, &here, 1, &there, 1, 0);
    CALL(kcmp, parent, getpid(), 0, 0, 0);
    CALL(migrate_pages, parent, 0, 0, 0);
    CALL(move_pages, parent, 0, 0, 0, 0, 0);
    CALL(shmget, 0, 4096, 01600);
    CALL(msgget, 0, 01600);
    CALL(semget, 0, 1, 01600);
    CALL(mq_open, "hostile", O_CREAT | O_RDWR, 0600, 0);
    /* Files. */
    snprintf(path, sizeof path, "/proc/%ld/mem", parent);
    CALL(openat, AT_FDCWD, path, O_RDWR);
    snprintf(path, sizeof path, "/proc/%ld/environ", parent);
    CALL(openat, AT_FDCWD, path, O_RDONLY);
    CALL(openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
    CALL(openat, AT_FDCWD, "/tmp/huizong-hostile-file", O_RDWR | O_CREAT, 0600);
    CALL(openat, AT_FDCWD, "/usr/lib/huizong-hostile-file", O_RDWR | O_CREAT, 0600);
    CALL(mkdirat, AT_FDCWD, "/tmp/huizong-hostile-folder", 0700);
    CALL(unlinkat, AT_FDCWD, "/tmp/huizong-hostile-victim", 0);
    CALL(renameat2, AT_FDCWD, "/tmp/huizong-hostile-victim", AT_FDCWD, "/tmp/huizong-hostile-other", 0);
    CALL(symlinkat, "x", AT_FDCWD, "/tmp/huizong-hostile-link");
    CALL(linkat, AT_FDCWD, "/tmp/huizong-hostile-victim", AT_FDCWD, "/tmp/huizong-hostile-link", 0);
    CALL(mknodat, AT_FDCWD, "/tmp/huizong-hostile-pipe", S_IFIFO | 0600, 0);
    CALL(fchmodat, AT_FDCWD, "/tmp/huizong-hostile-victim", 0);
    CALL(fchownat, AT_FDCWD, "/tmp/huizong-hostile-victim", 0, 0, 0);
    CALL(truncate, "/tmp/huizong-hostile-victim", 0);
    CALL(utimensat, AT_FDCWD, "/tmp/huizong-hostile-victim", 0, 0);
    CALL(setxattr, "/tmp/huizong-hostile-victim", "user.x", "", 0, 0);
    CALL(open_by_handle_at, AT_FDCWD, zeros, 0);
    CALL(inotify_init1, 0);
    CALL(fanotify_init, 0, 0);
    /* The kernel's own. */
    CALL(bpf, 0, zeros, sizeof zeros);
    CALL(perf_event_open, zeros, 0, -1, -1, 0);
    CALL(userfaultfd, 0);
    CALL(keyctl, 0, -1, 0);
    CALL(add_key, "user", "x", "y", 1, -1);
    CALL(personality, 0xffffffff);
    CALL(seccomp, 0, 0, 0);
    if (allowed) {
        fflush(stderr);
        _exit(3);
    }
}
