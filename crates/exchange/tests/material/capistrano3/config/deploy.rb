# Built in the kind of Capistrano 3 configurations.
lock "~> 3.17"
set :application, "wiki"
set :repo_url, "git@git.example.test:wiki.git"
set :deploy_to, "/srv/#{fetch(:application)}"
set :rbenv_prefix, "RBENV_ROOT=#{fetch(:rbenv_path)} rbenv exec"
append :linked_files, "config/master.key", "config/database.yml"
append :linked_dirs, "log", "tmp/pids", "storage"
set :keep_releases, 3

namespace :puma do
  task :make_dirs do
    on roles(:app) do
      execute "mkdir #{shared_path}/tmp/sockets -p"
      execute :mkdir, "-p", shared_path.join("tmp/pids")
    end
  end
  before "deploy:starting", :make_dirs
end

namespace :nginx do
  task :config do
    on roles(:web) do |host|
      as :root do
        within "/etc/nginx" do
          execute :ln, "-sf", "#{current_path}/config/nginx.conf", "sites-enabled/wiki"
        end
      end
      if test("[ -f /etc/nginx/sites-enabled/default ]")
        sudo :rm, "/etc/nginx/sites-enabled/default"
      end
      info "done on #{host}"
    end
  end
end
