//! What readers make of what people wrote: sources in, statements out.

use exchange::import::files::{File, Files};
use exchange::import::statement::{Confidence, Says, Statement};

/// A statement in one line, or several for several effects.
fn shown(statement: &Statement) -> String {
    let line = statement.place.line;
    let sure = match statement.confidence {
        Confidence::Exact => "",
        Confidence::Folded => " (folded)",
        Confidence::Guessed => " (guessed)",
    };
    match &statement.says {
        Says::Effects(effects) => effects.iter().map(|e| format!("{line}: {e}{sure}\n")).collect(),
        Says::Nothing => format!("{line}: nothing lasts\n"),
        Says::Unresolved(why) => format!("{line}: unresolved: {why}\n"),
        Says::NotUnderstood(why) => format!("{line}: not understood: {why}\n"),
        Says::Prose => format!("{line}: prose: {}\n", statement.said),
    }
}

fn read(path: &str, text: &str) -> String {
    let mut files = Files::new([File::new(path, true, text.as_bytes())]);
    let out = exchange::import::read(&mut files);
    let problems: String = out.problems().iter().map(|p| format!("! {}: {}\n", p.place, p.what)).collect();
    out.statements().iter().map(|(_, s)| shown(s)).collect::<String>() + &problems
}

fn shell(text: &str) -> String {
    read("setup.sh", text)
}

#[test]
fn packages_and_services() {
    insta::assert_snapshot!(shell(
        "apt-get update && apt-get install -y nginx php8.2-fpm=8.2.29-1 git\n\
         sudo yum -y install httpd; pip install requests==2.1 'x<2'\n\
         sudo -u deploy npm install -g pm2@4\n\
         systemctl enable --now nginx.service chat.timer\n\
         service redis-server stop || true\n\
         update-rc.d exim4 disable; a2ensite chat; phpenmod -v 8.2 -s fpm apcu\n\
         DEBIAN_FRONTEND=noninteractive apt-get -y remove apache2 | tail -1\n"
    ));
}

#[test]
fn files_and_texts() {
    insta::assert_snapshot!(shell(
        "cd /etc/nginx\ncat > conf.d/a.conf <<'EOF'\nclient_max_body_size 64m;\nEOF\n\
         cat <<EOF | sudo tee /etc/x > /dev/null\na $HOSTNAME\nb\nEOF\n\
         echo 'vm.swappiness = 10' >> /etc/sysctl.conf\n\
         sed -i 's/^memory_limit = .*/memory_limit = 256M/' /etc/php.ini\n\
         ln -s ../sites-available/chat sites-enabled/; mkdir -p -m 750 /srv/{a,b}\n\
         install -d -o www-data -g www-data -m 2775 /var/www/x\n\
         chmod 600 /etc/key; chown -R deploy: /srv/a; chmod +x /usr/local/bin/run\n\
         vim /etc/hosts\n"
    ));
}

#[test]
fn what_is_literal_is_folded() {
    insta::assert_snapshot!(shell(
        "PKGS=\"git curl\"\napt-get install $PKGS $OTHER\n\
         for u in anna marek; do useradd -m -s /bin/bash $u; usermod -aG www-data \"$u\"; done\n\
         make_dir() {\n  mkdir -p \"$1/log\"\n}\nmake_dir /srv/app\n\
         grep -q foo /etc/x || echo foo >> /etc/x\n\
         if [ ! -f /etc/y ]; then touch /etc/y; fi\n\
         if [ \"$1\" = web ]; then touch /etc/web; else touch /etc/db; fi\n\
         for f in $(ls); do rm $f; done\n\
         (cd /tmp && touch a); touch b\n\
         su - deploy -c 'touch ~/x; cd /srv; touch y'\n\
         ssh web-04 touch /there\n"
    ));
}

#[test]
fn hostile_shell_ends_in_time() {
    let deep = "( ".repeat(20_000) + "echo" + &" )".repeat(20_000);
    assert!(
        shell(&deep).contains("deep") || shell(&deep).contains("work"),
        "{}",
        &shell(&deep)[..200.min(shell(&deep).len())]
    );
    for text in [
        "if ".repeat(5_000),
        "$(".repeat(5_000),
        "f() { f; f; }\nf\n".to_owned(),
        "a".repeat(2 << 20),
        "cat <<E\n".repeat(3000),
        "\"$".repeat(20_000),
        "{a,b}".repeat(200),
    ] {
        shell(&text);
    }
}
