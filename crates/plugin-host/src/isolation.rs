//! What keeps a plugin from doing harm on this machine, and what does not.

use huizong_schema::findings::Message;
use huizong_schema::receipt::{FileIsolation, PluginIsolation};

/// What the system lacks to keep a plugin to itself; `None` if it lacks nothing.
pub(crate) fn lacks(isolation: PluginIsolation) -> Option<Message> {
    let mut lacked: Vec<(&str, &str)> = Vec::new();
    if isolation.files == FileIsolation::Nothing {
        lacked.push(("读写文件", "reading and writing files"));
    }
    if !isolation.system_calls {
        lacked.push((
            "另开程序、使用网络、触碰别的程序",
            "starting programs, the network, reaching other programs",
        ));
    }
    if !isolation.memory {
        lacked.push(("占用内存", "using memory"));
    }
    if !isolation.ends_with_command {
        lacked.push(("在本程序结束后继续运行", "running on after the command"));
    }
    let list = |pick: fn(&(&'static str, &'static str)) -> &'static str, between: &str| {
        lacked.iter().map(pick).collect::<Vec<_>>().join(between)
    };
    (!lacked.is_empty()).then(|| Message { zh: list(|part| part.0, "；"), en: list(|part| part.1, "; ") })
}

/// What is in force, in a line.
pub fn in_force(isolation: PluginIsolation) -> Message {
    let files = match isolation.files {
        FileIsolation::Landlock => ("文件：Landlock", "files: Landlock"),
        FileIsolation::Namespace => ("文件：单独的目录树", "files: a tree of its own"),
        FileIsolation::Nothing => ("文件：没有隔离", "files: nothing"),
    };
    let yes = |is: bool| if is { ("有", "yes") } else { ("没有", "no") };
    let (calls, memory, ends) =
        (yes(isolation.system_calls), yes(isolation.memory), yes(isolation.ends_with_command));
    Message {
        zh: format!(
            "{}；系统调用过滤：{}；内存上限：{}；随本程序结束：{}",
            files.0, calls.0, memory.0, ends.0
        ),
        en: format!(
            "{}; system calls filtered: {}; memory limited: {}; ends with the command: {}",
            files.1, calls.1, memory.1, ends.1
        ),
    }
}
