namespace :shared do
  desc 'Rights of the shared folders, run once per host'
  task :rights do
    on roles(:app) do
      within shared_path do
        %w[uploads log db].each do |dir|
          execute :sudo, :chown, '-R', 'deploy:www-data', shared_path.join(dir)
          execute :sudo, :chmod, '2775', shared_path.join(dir)
        end
        execute :chmod, '640', '.env', 'config/database.php'
      end
      execute "test -e #{shared_path}/db/chat.sqlite || touch #{shared_path}/db/chat.sqlite"
    end
  end

  desc 'memcached, for the sessions'
  task :memcached do
    on roles(:app) do
      execute :sudo, 'apt-get', :install, '-y', 'memcached'
    end
  end

  task :cron do
    on roles(:app) do
      execute %q{echo "15 4 * * * find /var/www/chat/shared/log -name '*.log.*' -mtime +60 -delete" | crontab -}
    end
  end
end
