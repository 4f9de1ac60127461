#1488363600
git config --global user.email deploy@example.test
#1488363706
ssh-keygen -t ed25519
#1488363844
cat >> ~/.ssh/authorized_keys
#1638800996
cat revisions.log
#1638801019
cd /var/www/chat
#1638801056
df -h .
#1638801071
ls releases
#1638801175
sudo systemctl status chat-worker
#1638882532
df -h .
#1638882627
crontab -l
#1638882697
ls releases
#1638882767
cat revisions.log
#1638882871
cat revisions.log
#1639327358
cat revisions.log
#1639327364
ls releases
#1639470414
ls -l current
#1639470525
sudo systemctl status chat-worker
#1639470584
cat revisions.log
#1639834667
cd /var/www/chat
#1639834757
sudo systemctl reload php8.2-fpm
#1639834778
df -h .
#1639834859
crontab -l
#1641731247
ls releases
#1641731361
ls releases
#1641731419
sudo systemctl status chat-worker
#1641731427
sudo systemctl status chat-worker
#1641731472
cd /var/www/chat
#1641731480
exit
#1642673779
cd /var/www/chat
#1642673832
cd /var/www/chat
#1642673840
cd /var/www/chat
#1643272753
sudo systemctl reload php8.2-fpm
#1643272758
exit
#1643272872
sudo systemctl reload php8.2-fpm
#1643272973
cd /var/www/chat
#1644838647
sudo systemctl status chat-worker
#1644838706
df -h .
#1644838799
sudo systemctl reload php8.2-fpm
#1644838811
sudo systemctl status chat-worker
#1644838924
ls -l current
#1644849787
df -h .
#1644849847
df -h .
#1644849851
exit
#1644849894
cat revisions.log
#1644849998
git -C repo log -1
#1644850081
df -h .
#1645890767
sudo systemctl status chat-worker
#1645890828
sudo systemctl reload php8.2-fpm
#1645890872
exit
#1645890906
sudo systemctl reload php8.2-fpm
#1647008165
sudo systemctl status chat-worker
#1647008259
sudo systemctl reload php8.2-fpm
#1647008370
git -C repo log -1
#1648043849
ls -l current
#1648043861
exit
#1648043981
df -h .
#1648044062
df -h .
#1648044092
sudo systemctl status chat-worker
#1648044210
exit
#1648564282
cat revisions.log
#1648564310
cat revisions.log
#1648564422
df -h .
#1648564426
ls releases
#1648564519
cd /var/www/chat
#1649083198
ls releases
#1649083209
ls releases
#1649083314
exit
#1649513331
cat revisions.log
#1649513384
ls -l current
#1649513494
ls releases
#1649513568
ls -l current
#1649513629
git -C repo log -1
#1649513727
df -h .
#1651418182
git -C repo log -1
#1651418237
cat revisions.log
#1651748207
cat revisions.log
#1651748282
exit
#1651748343
crontab -l
#1651748383
exit
#1652716674
cat revisions.log
#1652716791
cd /var/www/chat
#1652716809
exit
#1652716917
git -C repo log -1
#1652717027
sudo systemctl status chat-worker
#1654607845
cd /var/www/chat
#1654607955
ls releases
#1654608017
exit
#1654785216
sudo systemctl status chat-worker
#1654785298
cat revisions.log
#1654785356
cd /var/www/chat
#1654785442
ls -l current
#1654785474
df -h .
#1654859539
cd /var/www/chat
#1654859583
ls -l current
#1654859653
ls releases
#1654859745
sudo systemctl reload php8.2-fpm
#1654859760
ls releases
#1654935606
cat revisions.log
#1654935669
sudo systemctl status chat-worker
#1654935714
git -C repo log -1
#1654935795
ls -l current
#1656772174
cd /var/www/chat
#1656772267
sudo systemctl status chat-worker
#1656772330
git -C repo log -1
#1656772431
exit
#1656772493
git -C repo log -1
#1656772585
sudo systemctl status chat-worker
#1658580987
sudo systemctl reload php8.2-fpm
#1658581096
ls releases
#1658581201
exit
#1658826359
sudo systemctl status chat-worker
#1658826456
cd /var/www/chat
#1658826463
crontab -l
#1658826562
ls -l current
#1658826637
crontab -l
#1658826696
sudo systemctl status chat-worker
#1659017984
sudo systemctl status chat-worker
#1659018015
ls -l current
#1659018092
sudo systemctl status chat-worker
#1659018197
sudo systemctl reload php8.2-fpm
#1659018224
sudo systemctl status chat-worker
#1660576549
sudo systemctl reload php8.2-fpm
#1660576563
cd /var/www/chat
#1660576567
df -h .
#1660576681
sudo systemctl reload php8.2-fpm
#1661856081
sudo systemctl reload php8.2-fpm
#1661856179
cd /var/www/chat
#1661856262
ls -l current
#1661856299
cat revisions.log
#1661856402
sudo systemctl status chat-worker
#1665843615
df -h .
#1665843699
ls releases
#1665843771
sudo systemctl status chat-worker
#1665843846
cat revisions.log
#1665928807
sudo systemctl status chat-worker
#1665928845
sudo systemctl reload php8.2-fpm
#1665928887
df -h .
#1666715556
exit
#1666715627
sudo systemctl reload php8.2-fpm
#1666715747
df -h .
#1667575656
exit
#1667575687
sudo systemctl status chat-worker
#1667575748
cd /var/www/chat
#1667575864
ls releases
#1667575918
df -h .
#1667575956
crontab -l
#1669975677
exit
#1669975742
cd /var/www/chat
#1669975827
sudo systemctl status chat-worker
#1671118932
git -C repo log -1
#1671119042
git -C repo log -1
#1671119065
crontab -l
#1671119166
sudo systemctl reload php8.2-fpm
#1671119175
cd /var/www/chat
#1671119289
ls releases
#1672650146
git -C repo log -1
#1672650171
sudo systemctl status chat-worker
#1672650260
cd /var/www/chat
#1672650368
git -C repo log -1
#1672650483
sudo systemctl reload php8.2-fpm
#1672650562
git -C repo log -1
#1673518303
git -C repo log -1
#1673518419
cat revisions.log
#1673518468
crontab -l
#1673518555
ls -l current
#1673518603
exit
#1674721140
sudo systemctl reload php8.2-fpm
#1674721161
ls releases
#1674721178
df -h .
#1674721245
sudo systemctl status chat-worker
#1674721275
git -C repo log -1
#1674721338
exit
#1674996920
df -h .
#1674996938
exit
#1674997025
sudo systemctl status chat-worker
#1676374600
ls -l current
#1676374641
sudo systemctl status chat-worker
#1676374664
ls releases
#1676374752
df -h .
#1676623779
crontab -l
#1676623876
ls -l current
#1676623904
df -h .
#1676623956
cd /var/www/chat
#1677337321
sudo systemctl reload php8.2-fpm
#1677337364
sudo systemctl status chat-worker
#1677337446
crontab -l
#1677337457
cd /var/www/chat
#1677664012
crontab -l
#1677664074
cd /var/www/chat
#1677664100
exit
#1677664166
sudo systemctl reload php8.2-fpm
#1679578795
crontab -l
#1679578900
cat revisions.log
#1679578989
cd /var/www/chat
#1680618996
crontab -l
#1680619076
crontab -l
#1680619119
df -h .
#1681808522
ls releases
#1681808563
cd /var/www/chat
#1681808584
cd /var/www/chat
#1682005072
ls -l current
#1682005151
cd /var/www/chat
#1682005236
sudo systemctl reload php8.2-fpm
#1682005297
sudo systemctl status chat-worker
#1683376722
ls releases
#1683376776
ls -l current
#1683376858
df -h .
#1685265032
sudo systemctl reload php8.2-fpm
#1685265055
cat revisions.log
#1685265107
exit
#1685265123
git -C repo log -1
#1685630071
ls -l current
#1685630119
df -h .
#1685630224
git -C repo log -1
#1686051571
git -C repo log -1
#1686051622
ls releases
#1686646218
crontab -l
#1686646335
exit
#1686646421
git -C repo log -1
#1686646449
git -C repo log -1
#1686646556
sudo systemctl reload php8.2-fpm
#1687883601
exit
#1687883700
ls -l current
#1687883740
crontab -l
#1687883758
sudo systemctl status chat-worker
#1687883808
exit
#1687883865
cat revisions.log
#1687957831
crontab -l
#1687957885
ls -l current
#1687957905
sudo systemctl reload php8.2-fpm
#1687958018
crontab -l
#1687958111
git -C repo log -1
#1687958165
git -C repo log -1
#1689006429
git -C repo log -1
#1689006477
cat revisions.log
#1689006509
cat revisions.log
#1690281333
crontab -l
#1690281446
exit
#1690281555
ls -l current
#1690281633
df -h .
#1690374422
sudo systemctl reload php8.2-fpm
#1690374490
ls -l current
#1690374538
cd /var/www/chat
#1690374615
sudo systemctl reload php8.2-fpm
#1690374707
cd /var/www/chat
#1690374752
exit
#1696079659
ls -l current
#1696079755
sudo systemctl status chat-worker
#1697118519
git -C repo log -1
#1697118570
cat revisions.log
#1697118638
sudo systemctl reload php8.2-fpm
#1697118675
sudo systemctl status chat-worker
#1698236887
git -C repo log -1
#1698237003
cat revisions.log
#1698237029
exit
#1698237109
exit
#1699374300
ln -sfn /var/www/chat/releases/20180522093011 /var/www/chat/current
#1699374424
sudo systemctl restart chat-worker
#1699374444
ln -sfn /var/www/chat/releases/20231107161804 /var/www/chat/current
#1699374546
sudo systemctl restart chat-worker
